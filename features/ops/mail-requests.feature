Feature: Requests that send mail are limited by client IP address

  Each client IP address has one count for all kinds of mail, in addition to the limit per recipient.

  Scenario: The default limit is 20 per hour
    When 1 mailRequest request comes from 192.0.2.1
    Then 19 of 20 mailRequest requests remain in this window of 1 hour

  Scenario: One client cannot request mail for many recipients
    When a login link for another recipient is requested from 192.0.2.1 21 times at once
    Then exactly 20 of the requests are not rate limited

  Scenario Outline: The limit is exceeded by <request>
    Given Ada has an account
    And Ada is logged in
    And Grace is an administrator
    And the operator has set rateLimit.mailRequest.points to 1
    When 1 mailRequest request comes from 192.0.2.1
    And <request> is requested from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And the client may retry in 1 hour
    And 0 of 1 mailRequest requests remain in this window of 1 hour

    Examples:
      | request                                   |
      | a login link                          |
      | a password reset link              |
      | a verification link for Ada             |
      | a registration with an email     |
      | a new account with an email   |
      | a change of Ada's email by an administrator |
      | a change of Ada's email           |

  Scenario Outline: Requests without mail are not counted: <request>
    Given Ada has an account
    And Ada is logged in
    And Grace is an administrator
    And the operator has set rateLimit.mailRequest.points to 1
    When 2 mailRequest requests come from 192.0.2.1
    And <request> is requested from 192.0.2.1
    Then the request is not rate limited

    Examples:
      | request                                       |
      | a registration without an email      |
      | a new account without an email    |
      | a change of Ada's description by an administrator |
      | a change of Ada's description           |

  Scenario: A registration with an email address is counted
    Given the operator has set rateLimit.mailRequest.points to 1
    When a registration with an email is requested from 192.0.2.1
    Then the request is not rate limited
    When 1 mailRequest request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  Scenario: A repeated request with the same idempotency key is not counted
    Given the operator has set rateLimit.mailRequest.points to 1
    When Ada registers with email "ada@example.org" with idempotency key "once-1"
    And Ada registers with email "ada@example.org" with idempotency key "once-1"
    Then the first response is replayed

  Scenario: No login link is sent to an unknown address while registration is closed
    Given the operator has set registration.open to false
    When an anonymous client requests a login link for "new@example.org"
    Then the link request is accepted
    And no email is sent

  Scenario: A login link is sent to a known address while registration is closed
    Given Ada has the verified email "ada@example.org"
    And the operator has set registration.open to false
    When an anonymous client requests a login link for "ada@example.org"
    Then the link request is accepted
    And an email to "ada@example.org" contains a link to "/magic-link"
