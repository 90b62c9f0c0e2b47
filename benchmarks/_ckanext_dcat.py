"""Prints what ckanext-dcat makes of a catalogue, as JSON; run by the Python of a CKAN, which is no part of ours.

PYTHON_OF_CKAN benchmarks/_ckanext_dcat.py LANGUAGE < catalog.ttl
"""

import json
import sys

from ckan.plugins import toolkit
from ckanext.dcat.processors import RDFParser

toolkit.config["ckan.locale_default"] = sys.argv[1]
parser = RDFParser(profiles=["euro_dcat_ap_3"])
parser.parse(sys.stdin.buffer.read().decode(), _format="turtle")
json.dump(list(parser.datasets()), sys.stdout)
