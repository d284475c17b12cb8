"""What the book shows: figures, widgets, data, experiments and the committed runs.

The mathematics is in :mod:`softmax_src`, which needs NumPy alone and never imports this package.
This one needs what ``pip install "softmax-src[notebooks]"`` brings.
"""
