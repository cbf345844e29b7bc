"""Static files in production: each under the hash of its content, with compressed copies."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Scripts are modules, so the names in their imports are hashed too."""

    support_js_module_import_aggregation = True
    # A module's hash follows from those that it imports: as many rounds as the longest chain of imports, and one more.
    max_post_process_passes = 12
