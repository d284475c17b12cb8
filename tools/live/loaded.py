# ruff: noqa
# What chapters load: the modules that these lines import are shipped compiled.
import ast, asyncio, base64, importlib.util, inspect, json, linecache, statistics, textwrap, traceback, warnings
import importlib.resources
import numpy as np, numpy.polynomial
import traitlets
from IPython.lib.pretty import pretty
import matplotlib.font_manager
import matplotlib.pyplot as plt
import PIL.Image, PIL.PngImagePlugin
from io import BytesIO

fig, ax = plt.subplots(layout="constrained")
ax.plot([0, 1], label="$\\alpha_1$")
ax.legend()
fig.savefig(BytesIO(), format="png")
PIL.Image.fromarray(np.zeros((2, 2), np.uint8)).quantize(4).save(BytesIO(), "PNG")
pretty({"a": np.arange(3)})
np.random.default_rng(0).normal()
# And some:
import scipy.special, scipy.stats, scipy.optimize
import sklearn.metrics, sklearn.linear_model, sklearn.datasets
import sympy, mpmath
