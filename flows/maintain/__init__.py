"""The weekly maintenance of archive, quarantine and warehouse."""
