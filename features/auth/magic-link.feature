Feature: Login links

  The owner of a verified email can log in without a password. Using a link for an unknown email creates an account.

  Scenario: Logging in to an existing account
    Given Ada has the verified email "ada@example.org"
    When an anonymous client requests a login link for "ADA@example.org"
    Then the link request is accepted
    And an email to "ada@example.org" contains a link to "/magic-link"
    When the link is used
    Then Ada receives tokens
    And the response header Cache-Control is "no-store"
    And the audit log has 1 "user.login" event for Ada

  Scenario: Creating an account
    When an anonymous client requests a login link for "new@example.org"
    Then the link request is accepted
    And an email to "new@example.org" contains a link to "/magic-link"
    When the link is used
    Then a new account with email "new@example.org" is logged in
    And the audit log has 1 "user.registered" event for this request
    And the audit log has 1 "user.login" event for this request

  Scenario Outline: Only one of 50 concurrent uses succeeds: <who>
    Given Ada has the verified email "ada@example.org"
    And "<address>" has received a login link
    When the link is used 50 times at once
    Then exactly 1 request succeeds and the others are rejected with 401 invalid_token

    Examples:
      | who             | address         |
      | by an owner     | ada@example.org |
      | by a new user   | new@example.org |

  Scenario: A link does not log in to an account with the unverified email
    Given Ada has the unverified email "ada@example.org"
    And "ada@example.org" has received a login link
    When the link is used
    Then a new account with email "ada@example.org" is logged in

  Scenario: No new accounts while registration is closed
    Given "new@example.org" has received a login link
    And the operator has set registration.open to false
    When the link is used
    Then the request is rejected with 403 registration_closed
    When the operator sets registration.open to true
    And the link is used
    Then a new account with email "new@example.org" is logged in

  Scenario: Existing users can log in while registration is closed
    Given Ada has the verified email "ada@example.org"
    And the operator has set registration.open to false
    And Ada has received a login link
    When the link is used
    Then Ada receives tokens

  Scenario Outline: The link is rejected after <what happens>
    Given Ada has the verified email "ada@example.org"
    And Ada has received a login link
    When <what happens>
    And the link is used
    Then the request is rejected with 401 invalid_token
    When an anonymous client requests a login link for "ada@example.org"
    Then the link request is accepted
    And no email is sent

    Examples:
      | what happens             |
      | Ada's account is blocked |
      | Ada's account is deleted |

  Scenario: An expired link is rejected
    Given the operator has set auth.magicLink.ttl to 10m
    And "new@example.org" has received a login link
    When 10 minutes pass
    And the link is used
    Then the request is rejected with 401 invalid_token

  Scenario Outline: Login links for <address> are limited
    Given Ada has the verified email "ada@example.org"
    And the operator has set:
      | rateLimit.mail.points | 1   |
      | rateLimit.mail.window | 10m |
      | rateLimit.mail.block  | 20m |
    When an anonymous client requests a login link for "<address>"
    And an anonymous client requests a login link for "<address>"
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 20 minutes

    Examples:
      | address         |
      | ada@example.org |
      | new@example.org |

  Scenario: A login link does not verify the email
    Given Ada has the unverified email "ada@example.org"
    And "ada@example.org" has received a login link
    When the link is used as an email verification link
    Then the request is rejected with 401 invalid_token

  Scenario: An invalid email
    When an anonymous client requests a login link with the body '{"email":"ada"}'
    Then the request is rejected with 422 validation_failed: invalid_format at "/email"
