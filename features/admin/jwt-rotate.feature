Feature: Rotating the signing keys

  A new key signs at once, on every instance; the former verifies until its retention ends, so nobody is logged out.

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: New tokens are signed with the new key, and old ones are accepted
    When Root rotates the signing keys
    Then the new signing key is active ES256
    And the response header Cache-Control is "no-store"
    When Ada requests the current user
    Then the response shows Ada's account
    When Ada logs in
    Then Ada's access token is signed with the new key

  Scenario: To another algorithm, for this once
    When Root rotates the signing keys to RS256
    Then the new signing key is active RS256
    When Ada requests the current user
    Then the response shows Ada's account
    When Ada logs in
    And somebody asks for the public keys
    Then the published RS256 key verifies Ada's access token

  Scenario: Another instance meets a token under the new key
    Given a second instance runs on the same database
    And Root has rotated the signing keys
    When Ada logs in
    And Ada requests the current user on the second instance
    Then the response shows Ada's account

  Scenario: Another instance signs with the new key
    Given a second instance runs on the same database, and hears of changes
    And Root has rotated the signing keys
    When Ada logs in on the second instance
    Then Ada's access token is signed with the new key

  Scenario: Two at once give two keys, and one of them is active
    When Root rotates the signing keys 2 times at once
    Then all requests succeed
    When Root looks at the signing keys
    Then the signing keys are "active ES256, retiring ES256, retiring ES256" in any order

  Scenario: The answer got lost
    Given Root rotates the signing keys, with the key "once-1"
    When Root rotates the signing keys, with the key "once-1"
    Then both responses are identical
    When Root looks at the signing keys
    Then the signing keys are "active ES256, retiring ES256"

  Scenario: The same key for another rotation
    Given Root rotates the signing keys, with the key "once-1"
    When Root rotates the signing keys to RS256, with the key "once-1"
    Then the request is rejected with 409 idempotency_key_reused
    When Root looks at the signing keys
    Then the signing keys are "active ES256, retiring ES256"

  Scenario: A restart knows all keys
    Given Root has rotated the signing keys to RS256
    When the service is restarted
    And Ada requests the current user
    Then the response shows Ada's account
    When Ada logs in
    Then Ada's access token is signed with the new key

  Scenario: What was cut off between the two stages is completed
    Given a rotation to RS256 was cut off when its key was published
    When Root rotates the signing keys to RS256
    Then the new signing key is the one that was published
    When Root looks at the signing keys
    Then the signing keys are "active RS256, retiring ES256"

  Scenario: What was cut off is cleared away by a rotation to another algorithm
    Given a rotation to RS256 was cut off when its key was published
    When Root rotates the signing keys to HS256
    And Root looks at the signing keys
    Then the signing keys are "active HS256, retiring ES256"

  Scenario: It is audited
    Given Root has rotated the signing keys to RS256
    When Root reads the audit trail with "action=key.rotated"
    Then the trail tells of the rotation from the old key to the new one, on request of Root

  Scenario Outline: What is no algorithm for us
    When Root rotates the signing keys with '<body>'
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                                |
      | {"algorithm": "none"}               |
      | {"algorithm": "es256"}              |
      | {"algorithm": ["ES256"]}            |
      | {"algorithm": "ES256", "kid": "my"} |
