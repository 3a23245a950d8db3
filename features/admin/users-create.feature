Feature: Operators make accounts

  Nobody but the person learns or sets the password: the operator hands over a token that works once.

  Background:
    Given Root is an administrator

  Scenario: The person sets the first password
    When Root creates an account for Ada
    Then the response contains a token that is valid for 30 minutes
    And the response header Cache-Control is "no-store"
    And the audit log has 1 "user.created" event for Ada
    When Ada sets her first password with the token
    Then the response is 204 No Content
    And Ada can log in

  Scenario: With roles
    When Root creates an account for Ada with roles "support, user"
    And Root tries to look at Ada
    Then the account holds the roles "support, user"

  Scenario: A role that nobody knows
    When Root creates an account for Ada with roles "queen"
    Then the request is rejected with 422 validation_failed: unknown_role at "/roles/0"

  Scenario: A name that is taken
    Given Ada has an account
    When Root creates an account for Ada
    Then the request is rejected with 409 username_taken

  Scenario: A replay shows no token
    When Root creates an account for Ada with idempotency key "once"
    And Root creates an account for Ada with idempotency key "once"
    Then both responses are identical except for the token

  Scenario: A key for another account
    When Root creates an account for Ada with idempotency key "once"
    And Root creates an account for Percy with idempotency key "once"
    Then the request is rejected with 409 idempotency_key_reused

  Scenario Outline: No <field> of the operator's choice
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

  Scenario: A new token for an account
    Given Ada has an account
    When Root tries to issue a token for Ada with the key "once"
    Then the response contains a token that is valid for 30 minutes
    And the audit log has 1 "user.password_reset_requested" event for Ada
    When Root tries to issue a token for Ada with the key "once"
    Then both responses are identical except for the token

  Scenario: A key for a token of another account
    Given Ada has an account
    And Percy has an account
    When Root tries to issue a token for Ada with the key "once"
    And Root tries to issue a token for Percy with the key "once"
    Then the request is rejected with 409 idempotency_key_reused

  Scenario: No token for a deleted account
    Given Ada has an account
    And Ada's account is deleted
    When Root tries to issue a token for Ada
    Then the request is rejected with 404 not_found
