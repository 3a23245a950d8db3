Feature: Requests that send mail are limited by client IP address

  One count for each address holds all kinds of mail, in addition to the limit by recipient.

  Scenario: The default is 20 an hour
    When 1 mailRequest request comes from 192.0.2.1
    Then 19 of 20 mailRequest requests are left in this window of 1 hour

  Scenario: 200 strangers get no mail from one client
    When login links to 21 different addresses are asked for from 192.0.2.1
    Then exactly 20 of them are not refused for coming too often

  Scenario Outline: The last request that sends mail is used up, then <request>
    Given Ada has an account
    And Ada is logged in
    And Grace is an administrator
    And the operator has set rateLimit.mailRequest.points to 1
    And 1 mailRequest request comes from 192.0.2.1
    When <request> is asked for from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And the client may retry in 1 hour
    And 0 of 1 mailRequest requests are left in this window of 1 hour

    Examples:
      | request                                   |
      | a link to log in                          |
      | a link to set a new password              |
      | a link to prove Ada's address             |
      | a registration with an e-mail address     |
      | an account for somebody with an address   |
      | a new address for Ada by an administrator |
      | a new address for Ada's account           |

  Scenario Outline: What sends no mail is not counted: <request>
    Given Ada has an account
    And Ada is logged in
    And Grace is an administrator
    And the operator has set rateLimit.mailRequest.points to 1
    And 2 mailRequest requests come from 192.0.2.1
    When <request> is asked for from 192.0.2.1
    Then it is not refused for coming too often

    Examples:
      | request                                       |
      | a registration without an e-mail address      |
      | an account for somebody without an address    |
      | a new description for Ada by an administrator |
      | a new description for Ada's account           |

  Scenario: A registration with an address counts
    Given the operator has set rateLimit.mailRequest.points to 1
    And a registration with an e-mail address is asked for from 192.0.2.1
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
    When somebody asks for a link to log in for "new@example.org"
    Then the request is taken, whoever it is for
    And no mail goes out

  Scenario: A login link goes to a known address while registration is closed
    Given Ada has the verified email "ada@example.org"
    And the operator has set registration.open to false
    When somebody asks for a link to log in for "ada@example.org"
    Then the request is taken, whoever it is for
    And a mail to "ada@example.org" holds a link to "/magic-link"
