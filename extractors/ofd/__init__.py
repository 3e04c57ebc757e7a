"""Tools for OFD files (GB/T 33190): their parts, resources and pages, and the same pages drawn as a PDF."""
