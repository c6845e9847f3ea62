"""The cloud: takes what gateways send into PostgreSQL exactly once, and answers screens and the city."""
