Feature: Registering once, whatever the network does

  A client that does not know whether its request arrived sends it again under the same Idempotency-Key.

  Scenario: The answer got lost
    When Ada registers with the key "once-1"
    And Ada registers with the key "once-1"
    Then the first answer is given again

  Scenario: The second try reaches another instance
    Given a second instance runs on the same database
    When Ada registers with the key "once-1"
    And Ada registers with the key "once-1" on the second instance
    Then the first answer is given again

  Scenario: The service was restarted between the tries
    When Ada registers with the key "once-1"
    And the service is restarted
    And Ada registers with the key "once-1"
    Then the first answer is given again

  Scenario: One key for two different requests
    Given Ada registers with the key "once-1"
    When Grace registers with the key "once-1"
    Then it is refused with 409 idempotency_key_reused

  Scenario: The second try comes while the first is under way
    Given the accounts are locked
    And Ada's registration with the key "once-1" is under way
    When Ada registers with the key "once-1"
    Then it is refused with 409 idempotency_key_in_use
    When the accounts are unlocked
    Then the registration that was under way succeeds

  Scenario: A try that failed leaves the key free
    Given Ada registers with the key "once-1" and the password "too short"
    And it is refused with 422 validation_failed
    When Ada registers with the key "once-1"
    Then Ada has got an account

  Scenario: A try that came too late for the name leaves the key free
    Given Ada has an account
    When Ada registers with the key "once-1"
    Then it is refused with 409 username_taken
    When Grace registers with the key "once-1"
    Then Grace has got an account

  Scenario: The retry comes from another network
    When Ada registers with the key "once-1" from 192.0.2.1
    And Ada registers with the key "once-1" from 203.0.113.9
    Then the first answer is given again

  Scenario: The retry from another network comes while the first is under way
    Given the accounts are locked
    And Ada's registration with the key "once-1" is under way
    When Ada registers with the key "once-1" from 203.0.113.9
    Then it is refused with 409 idempotency_key_in_use
    When the accounts are unlocked
    Then the registration that was under way succeeds

  Scenario: One key for two different requests, after a retry from another network
    Given Ada registers with the key "once-1" from 192.0.2.1
    And Ada registers with the key "once-1" from 203.0.113.9
    When Grace registers with the key "once-1" from 192.0.2.1
    Then it is refused with 409 idempotency_key_reused
    When Grace registers with the key "once-1" from 203.0.113.9
    Then Grace has got an account

  Scenario: Another password is another request
    Given Ada registers with the key "once-1" from 192.0.2.1
    When Ada registers with the key "once-1" and the password "another horse battery" from 203.0.113.9
    Then it is refused with 409 username_taken

  Scenario Outline: A key with and without quotes
    When Ada registers with the key '<first>'
    And Ada registers with the key '<second>'
    Then the first answer is given again

    Examples:
      | first       | second      |
      | once-1      | "once-1"    |
      | "once-1"    | once-1      |
      | "once-1     | "once-1     |

  Scenario Outline: A quoted key that is <fault>
    When Ada registers with the key '<key>'
    Then it is refused with 422 validation_failed at "/Idempotency-Key" as invalid_format

    Examples:
      | fault          | key         |
      | empty          | ""          |
      | two words      | "two words" |

  Scenario: The keys of two callers do not meet
    Given Ada registers with the key "once-1" from 192.0.2.1
    When Grace registers with the key "once-1" from 192.0.2.2
    Then Grace has got an account

  Scenario: A key is forgotten after a day
    Given Ada registers with the key "once-1"
    When 25 hours pass
    And Grace registers with the key "once-1"
    Then Grace has got an account

  Scenario: The longest key
    When Ada registers with a key of 255 letters
    Then Ada has got an account

  Scenario: A key that is too long
    When Ada registers with a key of 256 letters
    Then it is refused with 422 validation_failed at "/Idempotency-Key" as invalid_format

  Scenario: A key that holds a space
    When Ada registers with the key "two words"
    Then it is refused with 422 validation_failed at "/Idempotency-Key" as invalid_format
