Feature: Password reset

  A link is sent to the verified email. It can be used once and ends every session.

  Background:
    Given Ada has the verified email "ada@example.org"

  Scenario: Resetting a password
    When an anonymous client requests a password reset link for "ADA@example.org"
    Then the link request is accepted
    And an email to "ada@example.org" contains a link to "/reset-password"
    When the link is used with new password "seven lanterns over the bay"
    Then the response is 204 No Content
    And Ada can log in with password "seven lanterns over the bay"
    And the audit log has 1 "user.password_reset_requested" event for Ada
    And the audit log has 1 "user.password_reset" event for Ada

  Scenario: A reset ends all sessions
    Given Ada is logged in
    And Ada's session is saved
    And Ada has received a password reset link
    When the link is used
    Then the response is 204 No Content
    When a client with the saved access token requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: The old password is rejected after a reset
    Given Ada has received a password reset link
    When the link is used
    And Ada logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: Only one of 50 concurrent uses succeeds
    Given Ada has received a password reset link
    When the link is used 50 times at once
    Then exactly 1 request succeeds and the others are rejected with 401 invalid_token

  Scenario: A used link is rejected on every instance and after a restart
    Given Ada has received a password reset link
    And a second instance is running
    When the link is used on the second instance
    And the link is used
    Then the request is rejected with 401 invalid_token
    When the service is restarted
    And the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: A rejected password does not use up the link
    Given Ada has received a password reset link
    When the link is used with new password "ada@example.org"
    Then the request is rejected with 422 validation_failed: contains_email at "/new_password"
    When the link is used
    Then the response is 204 No Content

  Scenario: Only the latest link is valid
    Given Ada has received a password reset link
    And Ada has received a password reset link
    When the previous link is used
    Then the request is rejected with 401 invalid_token
    When the link is used
    Then the response is 204 No Content

  Scenario: An expired link is rejected
    Given Ada has received a password reset link
    When 30 minutes pass
    And the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: The operator shortens the lifetime of links
    Given the operator has set auth.passwordReset.ttl to 5m
    And Ada has received a password reset link
    When 5 minutes pass
    And the link is used
    Then the request is rejected with 401 invalid_token

  Scenario Outline: The link is rejected after <what happens>
    Given Ada has received a password reset link
    When <what happens>
    And the link is used
    Then the request is rejected with 401 invalid_token

    Examples:
      | what happens             |
      | Ada's account is blocked |
      | Ada's account is deleted |

  Scenario Outline: A <purpose> link cannot reset the password
    Given Ada has the unverified email "ada@example.org"
    And Ada has received a <purpose> link
    When the link is used as a password reset link
    Then the request is rejected with 401 invalid_token

    Examples:
      | purpose            |
      | email verification |
      | login              |

  Scenario Outline: The token "<token>" is rejected
    When the token "<token>" is used as a password reset link
    Then the request is rejected with 401 invalid_token

    Examples:
      | token                                       |
      |                                             |
      | x                                           |
      | \u0000                                      |
      | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA |

  Scenario: A reset sends a notice
    Given Ada has the verified email "ada@example.org"
    And Ada has received a password reset link
    When the link is used
    Then the response is 204 No Content
    And the notice "Your password was changed" is sent to "ada@example.org"
