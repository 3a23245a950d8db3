Feature: Idempotent registration

  A client that does not know whether its request arrived can retry it with the same Idempotency-Key.

  Scenario: The response was lost
    When Ada registers with idempotency key "once-1"
    And Ada registers with idempotency key "once-1"
    Then the first response is replayed

  Scenario: The retry reaches another instance
    Given a second instance is running
    When Ada registers with idempotency key "once-1"
    And Ada registers with idempotency key "once-1" on the second instance
    Then the first response is replayed

  Scenario: The service restarts before the retry
    When Ada registers with idempotency key "once-1"
    And the service is restarted
    And Ada registers with idempotency key "once-1"
    Then the first response is replayed

  Scenario: One key for two different requests
    When Ada registers with idempotency key "once-1"
    And Grace registers with idempotency key "once-1"
    Then the request is rejected with 409 idempotency_key_reused

  Scenario: A retry while the first request is in progress
    Given the users table is locked
    And Ada's registration with idempotency key "once-1" is in progress
    When Ada registers with idempotency key "once-1"
    Then the request is rejected with 409 idempotency_key_in_use
    When the users table is unlocked
    Then the registration in progress succeeds

  Scenario: A rejected request does not use up the key
    When Ada registers with password "too short" with idempotency key "once-1"
    Then the request is rejected with 422 validation_failed
    When Ada registers with idempotency key "once-1"
    Then Ada's account is created

  Scenario: A conflict does not use up the key
    Given Ada has an account
    When Ada registers with idempotency key "once-1"
    Then the request is rejected with 409 username_taken
    When Grace registers with idempotency key "once-1"
    Then Grace's account is created

  Scenario: A retry from another network
    When Ada registers with idempotency key "once-1" from 192.0.2.1
    And Ada registers with idempotency key "once-1" from 203.0.113.9
    Then the first response is replayed

  Scenario: A retry from another network while the first request is in progress
    Given the users table is locked
    And Ada's registration with idempotency key "once-1" is in progress
    When Ada registers with idempotency key "once-1" from 203.0.113.9
    Then the request is rejected with 409 idempotency_key_in_use
    When the users table is unlocked
    Then the registration in progress succeeds

  Scenario: One key for two different requests, after a retry from another network
    When Ada registers with idempotency key "once-1" from 192.0.2.1
    And Ada registers with idempotency key "once-1" from 203.0.113.9
    And Grace registers with idempotency key "once-1" from 192.0.2.1
    Then the request is rejected with 409 idempotency_key_reused
    When Grace registers with idempotency key "once-1" from 203.0.113.9
    Then Grace's account is created

  Scenario: A different password makes a different request
    When Ada registers with idempotency key "once-1" from 192.0.2.1
    And Ada registers with password "another horse battery" with idempotency key "once-1" from 203.0.113.9
    Then the request is rejected with 409 username_taken

  Scenario Outline: A key with and without quotes
    When Ada registers with idempotency key '<first>'
    And Ada registers with idempotency key '<second>'
    Then the first response is replayed

    Examples:
      | first       | second      |
      | once-1      | "once-1"    |
      | "once-1"    | once-1      |
      | "once-1     | "once-1     |

  Scenario Outline: A quoted key that is <problem>
    When Ada registers with idempotency key '<key>'
    Then the request is rejected with 422 validation_failed: invalid_format at "/Idempotency-Key"

    Examples:
      | problem          | key         |
      | empty          | ""          |
      | two words      | "two words" |

  Scenario: Keys of different clients are independent
    When Ada registers with idempotency key "once-1" from 192.0.2.1
    And Grace registers with idempotency key "once-1" from 192.0.2.2
    Then Grace's account is created

  Scenario: A key expires after a day
    When Ada registers with idempotency key "once-1"
    And 25 hours pass
    And Grace registers with idempotency key "once-1"
    Then Grace's account is created

  Scenario: The longest key
    When Ada registers with an idempotency key of 255 characters
    Then Ada's account is created

  Scenario: A key that is too long is rejected
    When Ada registers with an idempotency key of 256 characters
    Then the request is rejected with 422 validation_failed: invalid_format at "/Idempotency-Key"

  Scenario: A key with a space is rejected
    When Ada registers with idempotency key "two words"
    Then the request is rejected with 422 validation_failed: invalid_format at "/Idempotency-Key"
