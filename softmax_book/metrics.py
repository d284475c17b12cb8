"""scikit-learn's metrics, each imported when it is first called.

scikit-learn takes a second to import, and in the browser it is 18 MB: a page that only shows a
widget or a figure is not to wait for it.
"""

import importlib


def _later(name):
    """Return a function that imports the metric of that name, and calls it."""

    def metric(*args, **kwargs):
        return getattr(importlib.import_module("sklearn.metrics"), name)(*args, **kwargs)

    metric.__name__ = name
    return metric


average_precision_score = _later("average_precision_score")
confusion_matrix = _later("confusion_matrix")
precision_recall_curve = _later("precision_recall_curve")
roc_auc_score = _later("roc_auc_score")
roc_curve = _later("roc_curve")
