Feature: Listing the signing keys

  The list shows which keys sign and verify, and until when. It contains no secrets.

  Background:
    Given Root is an administrator

  Scenario: The first key
    When Root requests the signing keys
    Then the signing keys are "active ES256"
    And the response header Cache-Control is "no-store"

  Scenario: After two rotations, the newest key is listed first
    Given Root has rotated the signing keys to HS256
    And Root has rotated the signing keys to RS256
    When Root requests the signing keys
    Then the signing keys are "active RS256, retiring HS256, retiring ES256"
    And the keys have different fingerprints, and only retiring keys expire

  Scenario: Number of sessions that use each key
    Given Ada is logged in
    And Root has rotated the signing keys to RS256
    And Grace is logged in
    When Root requests the signing keys
    Then 1 session uses the RS256 key and 2 sessions use the ES256 key
    When 20 minutes pass
    And Root logs in
    And Root requests the signing keys
    Then 1 session uses the RS256 key and 0 sessions use the ES256 key

  Scenario: No secret is returned or logged at the log level trace
    Given the operator has set logging.level to trace
    And Root has rotated the signing keys to HS256
    And Root has rotated the signing keys
    When Root requests the signing keys
    Then the responses and the log do not contain the secret of a signing key

  Scenario: The permission to read keys does not allow changes
    Given Percy is logged in with the permissions "keys:read"
    When Percy requests the signing keys
    Then the request succeeds
    When Percy rotates the signing keys
    Then the request is rejected with 403 forbidden
    When Percy removes the active signing key
    Then the request is rejected with 403 forbidden
