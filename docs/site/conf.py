# SPDX-License-Identifier: Apache-2.0
"""Settings of the site. `prepare.py` makes the pages that Sphinx reads."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

project = "libllmrec"
author = "the libllmrec authors"
release = re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text())[1]
html_title = f"libllmrec {release}"

extensions = ["myst_parser", "sphinx_design", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
smartquotes = False  # texts of options and comments contain code, such as ""
root_doc = "index"
default_role = "literal"
primary_domain = "c"
highlight_language = "none"
toc_object_entries_show_parents = "hide"
c_maximum_signature_line_length = 90
python_maximum_signature_line_length = 90
nitpick_ignore = [("c:identifier", name) for name in (
    "size_t", "int8_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "ArrowArrayStream")]
nitpick_ignore_regex = [(r"py:.*", r".*")]

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#2563ab", "color-brand-content": "#2563ab"},
    "dark_css_variables": {"color-brand-primary": "#7fb4f0", "color-brand-content": "#7fb4f0"},
}
