Feature: Requests that send mail are limited by client IP address

  One count for each address holds all kinds of mail, in addition to the limit by recipient.

  Scenario: The default is 20 an hour
    When 1 mailRequest request comes from 192.0.2.1
    Then 19 of 20 mailRequest requests are left in this window of 1 hour

  Scenario: 200 strangers get no mail from one client
    When login links for 21 recipients are requested at once from 192.0.2.1
    Then exactly 20 of them are not refused for coming too often

  Scenario Outline: The last request that sends mail is used up, then <request>
    Given Ada has an account
    And Ada is logged in
    And Grace is an administrator
    And the operator has set rateLimit.mailRequest.points to 1
    And 1 mailRequest request comes from 192.0.2.1
    When <request> is requested from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And the client may retry in 1 hour
    And 0 of 1 mailRequest requests are left in this window of 1 hour

    Examples:
      | request                                   |
      | a login link                          |
      | a password reset link              |
      | a verification link for Ada             |
      | a registration with an email     |
      | a new account with an email   |
      | a change of Ada's email by an administrator |
      | a change of Ada's email           |

  Scenario Outline: What sends no mail is not counted: <request>
    Given Ada has an account
    And Ada is logged in
    And Grace is an administrator
    And the operator has set rateLimit.mailRequest.points to 1
    And 2 mailRequest requests come from 192.0.2.1
    When <request> is requested from 192.0.2.1
    Then it is not refused for coming too often

    Examples:
      | request                                       |
      | a registration without an email      |
      | a new account without an email    |
      | a change of Ada's description by an administrator |
      | a change of Ada's description           |

  Scenario: A registration with an address counts
    Given the operator has set rateLimit.mailRequest.points to 1
    And a registration with an email is requested from 192.0.2.1
    And it is not refused for coming too often
    When 1 mailRequest request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  Scenario: The replay of an idempotent request is not counted
    Given the operator has set rateLimit.mailRequest.points to 1
    And Ada registers with email "ada@example.org" with idempotency key "once-1"
    When Ada registers with email "ada@example.org" with idempotency key "once-1"
    Then the first response is replayed

  Scenario: No login link goes to an unknown address while registration is closed
    Given the operator has set registration.open to false
    When an anonymous client requests a login link for "new@example.org"
    Then the link request is accepted
    And no email is sent

  Scenario: A login link goes to a known address while registration is closed
    Given Ada has the verified email "ada@example.org"
    And the operator has set registration.open to false
    When an anonymous client requests a login link for "ada@example.org"
    Then the link request is accepted
    And an email to "ada@example.org" contains a link to "/magic-link"
