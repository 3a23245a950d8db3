Feature: Creating accounts for others

  The administrator hands over a one-time token, and the user sets the first password with it.

  Background:
    Given Root is an administrator

  Scenario: The user sets the first password
    When Root creates an account for Ada
    Then the response contains a token that is valid for 30 minutes
    And the response header Cache-Control is "no-store"
    And the audit log has 1 "user.created" event for Ada
    When Ada sets her first password with the token
    Then the response is 204 No Content
    And Ada can log in

  Scenario: With roles
    When Root creates an account for Ada with roles "support, user"
    And Root views Ada
    Then the response has roles ["support", "user"]

  Scenario: Unknown role
    When Root creates an account for Ada with roles "queen"
    Then the request is rejected with 422 validation_failed: unknown_role at "/roles/0"

  Scenario: A username that is already in use
    Given Ada has an account
    When Root creates an account for Ada
    Then the request is rejected with 409 username_taken

  Scenario: A repeated request does not return the token again
    When Root creates an account for Ada with idempotency key "once"
    And Root creates an account for Ada with idempotency key "once"
    Then both responses are identical except for the token

  Scenario: The same idempotency key for another account
    When Root creates an account for Ada with idempotency key "once"
    And Root creates an account for Percy with idempotency key "once"
    Then the request is rejected with 409 idempotency_key_reused

  Scenario Outline: The field <field> cannot be set
    When Root creates an account for Ada with <field> "mine"
    Then the request is rejected with 422 validation_failed: unknown_field at "/<field>"

    Examples:
      | field          |
      | id             |
      | password       |
      | password_hash  |
      | passwordHash   |
      | status         |
      | email_verified |
      | emailVerified  |
      | version        |
      | created_at     |
      | deleted_at     |

  Scenario: A reset token for an existing account
    Given Ada has an account
    When Root issues a reset token for Ada with idempotency key "once"
    Then the response contains a token that is valid for 30 minutes
    And the audit log has 1 "user.password_reset_requested" event for Ada
    When Root issues a reset token for Ada with idempotency key "once"
    Then both responses are identical except for the token

  Scenario: The same idempotency key for a token of another account
    Given Ada has an account
    And Percy has an account
    When Root issues a reset token for Ada with idempotency key "once"
    And Root issues a reset token for Percy with idempotency key "once"
    Then the request is rejected with 409 idempotency_key_reused

  Scenario: No token for a deleted account
    Given Ada has an account
    And Ada's account is deleted
    When Root issues a reset token for Ada
    Then the request is rejected with 404 not_found
