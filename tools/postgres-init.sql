-- One database a service, so that none can look into another's.
CREATE DATABASE hub;
CREATE DATABASE issuer;
CREATE DATABASE wallet;
CREATE DATABASE verifier;
