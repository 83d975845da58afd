"""The bundled sample: needs, achievements and judgements that were written for this project.

Every organisation in it is invented. It serves the demo, the provisional weights and the tests.
"""

from service.sample.read import SAMPLE_FILES, sample_file, sample_judgements

__all__ = ["SAMPLE_FILES", "sample_file", "sample_judgements"]
