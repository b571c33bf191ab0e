"""Reading files and data frames into tables of text in our own column names."""

from lupusmon.ingest.files import read_bytes, read_files
from lupusmon.ingest.frame import read_frame
from lupusmon.ingest.mapping import Mapping, load_mapping
from lupusmon.ingest.source import Kind, ReadOptions, SourceTable

__all__ = ["Kind", "Mapping", "ReadOptions", "SourceTable", "load_mapping", "read_bytes", "read_files", "read_frame"]
