Feature: Email verification

  An email is unverified until the link that was sent to it has been used. A verified email is unique and serves as a
  login name.

  Scenario: Registration with an email sends a verification link
    Given Ada has an account with email "ada@example.org"
    Then an email to "ada@example.org" contains a link to "/verify-email"
    When the link is used
    Then the response is 204 No Content
    And the audit log has 1 "user.email_verified" event for Ada
    When Ada logs in as "ADA@example.org"
    Then Ada receives tokens

  Scenario: A failed registration sends no email
    Given Ada has an account
    When Ada registers with email "ada@example.org"
    Then the request is rejected with 409 username_taken
    And no email is sent

  Scenario: A new link replaces the previous one
    Given Ada has an account with email "ada@example.org"
    And Ada has received an email verification link
    And Ada has received an email verification link
    When the previous link is used
    Then the request is rejected with 401 invalid_token
    When the link is used
    Then the response is 204 No Content

  Scenario: The email is already verified
    Given Ada has the verified email "ada@example.org"
    When Ada requests an email verification link
    Then the request is rejected with 409 already_verified

  Scenario: The account has no email
    Given Ada has an account
    When Ada requests an email verification link
    Then the request is rejected with 409 no_email

  Scenario: Without a token
    When an anonymous client requests an email verification link
    Then the request is rejected with 401 unauthorized

  Scenario: The number of verification emails is limited
    Given Ada has an account with email "ada@example.org"
    And the operator has set rateLimit.mail.points to 1
    When Ada requests an email verification link
    And Ada requests an email verification link
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 1 hour

  Scenario: Only one of 50 concurrent uses succeeds
    Given Ada has an account with email "ada@example.org"
    And Ada has received an email verification link
    When the link is used 50 times at once
    Then exactly 1 request succeeds and the others are rejected with 401 invalid_token

  Scenario: Another account has verified the email first
    Given Ada has an account with email "ada@example.org"
    And Ada has received an email verification link
    And Grace has the verified email "ADA@example.org"
    When the link is used
    Then the request is rejected with 409 email_taken

  Scenario: Changing the email sends a new link and invalidates the old one
    Given Ada has an account with email "ada@example.org"
    And Ada has received an email verification link
    When Ada changes her email to "ada@example.com"
    Then an email to "ada@example.com" contains a link to "/verify-email"
    When the previous link is used
    Then the request is rejected with 401 invalid_token

  Scenario Outline: Using the link after <time>
    Given Ada has an account with email "ada@example.org"
    And the operator has set auth.emailVerification.ttl to 12h
    And Ada has received an email verification link
    When <time> pass
    And the link is used
    Then <outcome>

    Examples:
      | time     | outcome                                        |
      | 11 hours | the response is 204 No Content                 |
      | 12 hours | the request is rejected with 401 invalid_token |
