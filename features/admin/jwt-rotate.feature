Feature: Rotating the signing keys

  A new key signs at once on every instance. The previous key verifies until its retention ends, so sessions continue.

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: New tokens are signed with the new key, and old tokens are accepted
    When Root rotates the signing keys
    Then the response is the new active ES256 key
    And the response header Cache-Control is "no-store"
    When Ada requests the current user
    Then the response shows Ada's account
    When Ada logs in
    Then Ada's access token is signed with the new key

  Scenario: Rotation to another algorithm
    When Root rotates the signing keys to RS256
    Then the response is the new active RS256 key
    When Ada requests the current user
    Then the response shows Ada's account
    When Ada logs in
    And an anonymous client requests the public keys
    Then the published RS256 key verifies Ada's access token

  Scenario: Another instance accepts a token that is signed with the new key
    Given a second instance is running
    And Root has rotated the signing keys
    When Ada logs in
    And Ada requests the current user on the second instance
    Then the response shows Ada's account

  Scenario: Another instance signs with the new key
    Given a second instance is running
    And the instances exchange changes
    And Root has rotated the signing keys
    When Ada logs in on the second instance
    Then Ada's access token is signed with the new key

  Scenario: Two concurrent rotations create two keys, and one of them is active
    When Root rotates the signing keys 2 times at once
    Then all requests succeed
    When Root requests the signing keys
    Then the signing keys are "active ES256, retiring ES256, retiring ES256" in any order

  Scenario: A repeated request with the same idempotency key
    When Root rotates the signing keys with idempotency key "once-1"
    And Root rotates the signing keys with idempotency key "once-1"
    Then both responses are identical
    When Root requests the signing keys
    Then the signing keys are "active ES256, retiring ES256"

  Scenario: The same idempotency key for another rotation
    When Root rotates the signing keys with idempotency key "once-1"
    And Root rotates the signing keys to RS256 with idempotency key "once-1"
    Then the request is rejected with 409 idempotency_key_reused
    When Root requests the signing keys
    Then the signing keys are "active ES256, retiring ES256"

  Scenario: All keys are available after a restart
    Given Root has rotated the signing keys to RS256
    When the service is restarted
    And Ada requests the current user
    Then the response shows Ada's account
    When Ada logs in
    Then Ada's access token is signed with the new key

  Scenario: An interrupted rotation is completed
    Given a rotation to RS256 was interrupted after its key was published
    When Root rotates the signing keys to RS256
    Then the response is the key that was published
    When Root requests the signing keys
    Then the signing keys are "active RS256, retiring ES256"

  Scenario: A rotation to another algorithm discards an interrupted rotation
    Given a rotation to RS256 was interrupted after its key was published
    When Root rotates the signing keys to HS256
    And Root requests the signing keys
    Then the signing keys are "active HS256, retiring ES256"

  Scenario: A rotation is audited
    Given Root has rotated the signing keys to RS256
    When Root requests the audit log with "action=key.rotated"
    Then the event shows the rotation from the old key to the new one, requested by Root

  Scenario Outline: Invalid body <body>
    When Root sends POST /api/v1/admin/jwt/secrets/rotate with the body '<body>'
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                                |
      | {"algorithm": "none"}               |
      | {"algorithm": "es256"}              |
      | {"algorithm": ["ES256"]}            |
      | {"algorithm": "ES256", "kid": "my"} |
