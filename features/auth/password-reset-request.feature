Feature: Requesting a password reset

  The response and its timing are the same for every account. Only the owner of a verified email receives a link.

  Scenario Outline: <who>
    Given Ada has the unverified email "ada@example.org"
    And Grace has the verified email "grace@example.org"
    And Grace's account is blocked
    And Alan has the verified email "alan@example.org"
    And Alan's account is deleted
    When an anonymous client requests a password reset link for "<name>"
    Then the link request is accepted
    And no email is sent

    Examples:
      | who                           | name               |
      | A name that nobody has        | nobody             |
      | An address that nobody has    | nobody@example.org |
      | An address that is a claim    | ada@example.org    |
      | A name without proven address | ada                |
      | A blocked user                | grace@example.org  |
      | A deleted user                | alan               |

  Scenario: Requesting a link by username
    Given Ada has the verified email "ada@example.org"
    When an anonymous client requests a password reset link for "Ada"
    Then the link request is accepted
    And an email to "ada@example.org" contains a link to "/reset-password"

  Scenario: Links ignore the host that a request names
    Given Ada has the verified email "ada@example.org"
    And the operator has set server.publicUrl to https://accounts.example.org
    When an anonymous client requests a password reset link for "ada" with the forged host "evil.example"
    Then an email to "ada@example.org" contains a link to "https://accounts.example.org/reset-password"
    And the email does not contain "evil.example"

  Scenario Outline: At most three requests an hour for <what>
    Given Ada has the verified email "ada@example.org"
    When an anonymous client requests a password reset link for "<one>"
    And an anonymous client requests a password reset link for "<other>"
    And an anonymous client requests a password reset link for "<one>"
    And an anonymous client requests a password reset link for "<other>"
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 1 hour
    When 60 minutes pass
    And an anonymous client requests a password reset link for "<one>"
    Then the link request is accepted

    Examples:
      | what                         | one             | other           |
      | one account, by its username | ada             | ADA             |
      | one account, by its address  | ada@example.org | ADA@example.org |
      | an address that nobody has   | a@b.example     | A@B.example     |
      | a name that nobody has       | nobody          | NOBODY          |

  Scenario: A username and its email have separate limits and receive three emails in total
    Given Ada has the verified email "ada@example.org"
    When an anonymous client requests a password reset link for "ada" 3 times
    Then 3 emails are sent to "ada@example.org"
    When an anonymous client requests a password reset link for "ada@example.org"
    Then the link request is accepted
    And no email is sent

  Scenario: The operator can lower the limit
    Given the operator has set:
      | rateLimit.passwordReset.points | 1   |
      | rateLimit.passwordReset.window | 10m |
      | rateLimit.passwordReset.block  | 30m |
    When an anonymous client requests a password reset link for "ada"
    And an anonymous client requests a password reset link for "ada"
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 30 minutes

  Scenario Outline: A request with <body>
    When an anonymous client requests a password reset link with the body '<body>'
    Then the request is rejected with 422 validation_failed: <code> at "<place>"

    Examples:
      | body                                            | place     | code          |
      | {}                                              | /username | required      |
      | {"username":"ada","email":"ada@example.org"}    | /email    | unknown_field |
      | {"username":""}                                 | /username | too_short     |
      | {"email":"ada"}                                 | /email    | invalid_format |
      | {"username":["ada"]}                            | /username | wrong_type    |
      | {"username":"ada","host":"evil.example"}        | /host     | unknown_field |
