"""OONI measurements: containers, records and their observations.

``container.open_records`` turns a file into records, ``record.decode_records`` turns records into rows. Both are pure but for the
reading of the file. **Source**: github.com/ooni/spec, data-formats df-000 to df-009 and nettests ts-*.
"""
