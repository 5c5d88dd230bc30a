"""How the documentation is built: Sphinx, Markdown by MyST, furo's looks.

Nothing is fetched, neither here nor by a reader: formulas become MathML, which browsers
draw by themselves, and there are no references into other projects' pages.
"""

from __future__ import annotations

import importlib.metadata
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from pydantic import BaseModel
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from suasion.window.posterior import MAX_PARETO_K, MIN_EFFECTIVE_SIZE
from suasion.window.prior import PRIORS

project = "Suasion"
author = "The Suasion founders"
copyright = "The Suasion founders"
version = release = importlib.metadata.version("suasion")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "substitution"]
myst_heading_anchors = 3

_ROWS = (
    f"| `{prior.name}` | {prior.family} | {prior.location:.3g} | {prior.scale:.3g} "
    f"| {prior.informed_by} | {prior.meaning} | {prior.reason} |"
    for prior in PRIORS.values()
)
_HEAD = "| parameter | family | location | scale | informed by | meaning | reason |"
myst_substitutions = {
    "priors": "\n".join([_HEAD, "| --- " * 7 + "|", *_ROWS]),
    "max_pareto_k": f"{MAX_PARETO_K:g}",
    "min_effective_size": f"{MIN_EFFECTIVE_SIZE:g}",
}

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings say it, with shapes and units
napoleon_google_docstring = False

html_theme = "furo"
html_title = "Suasion"
html_show_sourcelink = False
html_copy_source = False


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(tex2mathml(node.astext(), as_block=True))
    raise nodes.SkipNode


def _signature(_app: Sphinx, what: str, _name: str, item: Any, *_: Any) -> Any:
    # A model is read or returned, not called with all its fields.
    return ("", "") if what == "class" and issubclass(item, BaseModel) else None


def setup(app: Sphinx) -> None:
    """Draw formulas as MathML; leave out what nobody calls."""
    app.connect("autodoc-process-signature", _signature)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))


html_math_renderer = "mathml"
