# SPDX-License-Identifier: Apache-2.0
"""The package's version. It equals the version of the headers that its function table was generated from."""
VERSION = "0.1.0"
