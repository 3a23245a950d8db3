Feature: Looking at the signing keys

  Operators see which keys sign and verify, and until when, but never a secret.

  Background:
    Given Root is an administrator

  Scenario: The first key
    When Root looks at the signing keys
    Then the signing keys are "active ES256"
    And the response header Cache-Control is "no-store"

  Scenario: After two rotations, the newest stands first
    Given Root has rotated the signing keys to HS256
    And Root has rotated the signing keys to RS256
    When Root looks at the signing keys
    Then the signing keys are "active RS256, retiring HS256, retiring ES256"
    And each has a fingerprint of its own
    And only those that retire have an end

  Scenario: No secret is shown or logged, at the most talkative level
    Given the operator has set logging.level to trace
    And Root has rotated the signing keys to HS256
    And Root has rotated the signing keys
    When Root looks at the signing keys
    Then no secret of a signing key was shown or logged

  Scenario: Who may look may not change
    Given Percy is logged in with a role that permits "keys:read"
    When Percy looks at the signing keys
    Then the request succeeds
    When Percy rotates the signing keys
    Then the request is rejected with 403 forbidden
    When Percy removes the active signing key
    Then the request is rejected with 403 forbidden
