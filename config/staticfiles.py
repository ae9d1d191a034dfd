"""Static files in production: compressed, and every address holds a digest of what it leads to."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage as Hashed


class HashedStaticFiles(Hashed):
    """Also for what our modules import from each other, so that a browser which keeps files for a
    year never runs an old module beside a new one.

    Django finds `import … from "./x.js";` and `import("./x.js")` by their spelling: with the
    semicolon, and with an address written out. Others stay as they are; a test looks for them.
    What others wrote is hashed as it came: there the same words are a comment's or lead to a source
    map that is not vendored, and Django refuses a file that mentions a missing one.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        Hashed._js_module_import_aggregation_patterns[1],
    )
    patterns = tuple(pattern for pattern in Hashed.patterns if pattern[0] != "*.js")
