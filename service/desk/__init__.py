"""The review desk: pages for officials, beside the API and on the same functions."""
