"""The register of awards at the desk."""
