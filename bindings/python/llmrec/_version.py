# SPDX-License-Identifier: Apache-2.0
"""The package's version: that of the headers from which its function table was made."""
VERSION = "0.1.0"
