"""Who may ask the issuer, and in which words it is answered: machines, developers, people."""
