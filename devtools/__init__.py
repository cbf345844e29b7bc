"""What a developer and a set-up need, and no running portal: packages, front-end libraries, checks, wheelhouse."""
