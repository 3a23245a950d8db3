Feature: Leaving

  Whoever leaves proves the password. The account is deleted at once, and can be restored for a time.

  Scenario: Out at once, everywhere
    Given Ada is logged in
    And Ada's session is remembered
    And Ada is logged in
    When Ada leaves
    Then it is done, without a word
    And the remembered session is over
    And the audit trail tells 1 time of "user.deleted" for Ada
    And the audit trail tells 2 times of "session.ended" for Ada
    When Ada looks at the own account
    Then it is refused with 401 invalid_token
    When Ada logs in
    Then it is refused with 401 invalid_credentials

  Scenario: The link that was mailed before is void
    Given Ada has verified the e-mail address "ada@example.org"
    And Ada is logged in
    And Ada has got a link to set a new password
    When Ada leaves
    And the link is used
    Then it is refused with 401 invalid_token

  Scenario: A wrong password
    Given Ada is logged in
    When Ada leaves with a wrong password
    Then it is refused with 403 wrong_password
    And Ada is still logged in

  Scenario: Guessing is counted like logging in
    Given Ada is logged in
    When Ada leaves 5 times with a wrong password
    And Ada leaves
    Then it is refused with 429 too_many_attempts
    And the audit trail tells 1 time of "user.locked_out" for Ada

  Scenario: Somebody else was quicker
    Given Ada is logged in
    When Ada leaves as the account was before
    Then it is refused with 412 precondition_failed
    And Ada is still logged in

  Scenario Outline: A body that is no password: <body>
    Given Ada is logged in
    When Ada leaves with the body "<body>"
    Then it is refused with <status> <code>
    And Ada is still logged in

    Examples:
      | body                                 | status | code              |
      | {}                                   | 422    | validation_failed |
      | {\"password\":null}                  | 422    | validation_failed |
      | {\"password\":\"x\",\"erase\":true}  | 422    | validation_failed |
      | {\"password\"                        | 400    | malformed_json    |

  Scenario: An account without a password, soon after signing in
    Given Ada has verified the e-mail address "ada@example.org"
    And Ada has got a link to log in
    And Ada has no password yet
    And Ada logs in with the link
    When Ada leaves without a password
    Then it is done, without a word
    And the audit trail tells 1 time of "user.deleted" for Ada

  Scenario: An account without a password needs a recent sign-in, and is never locked
    Given Ada has verified the e-mail address "ada@example.org"
    And Ada has got a link to log in
    And Ada has no password yet
    And Ada logs in with the link
    When 11 minutes pass
    And Ada leaves 12 times without a password
    Then it is refused with 401 insufficient_user_authentication
    And it asks for a sign-in within 600 seconds
    When Ada leaves with a wrong password
    Then it is refused with 401 insufficient_user_authentication
    And the audit trail tells 0 times of "user.deleted" for Ada
    And the audit trail tells 0 times of "user.locked_out" for Ada
    And Ada is still logged in

  Scenario: A password that does not exist
    Given Ada has verified the e-mail address "ada@example.org"
    And Ada has got a link to log in
    And Ada has no password yet
    And Ada logs in with the link
    When Ada leaves with a wrong password
    Then it is refused with 422 validation_failed at "/password" as no_password
    And Ada is still logged in

  Scenario: The last administrator stays
    Given Root is an administrator
    When Root leaves
    Then it is refused with 409 last_admin

  Scenario: Nobody's account
    When somebody leaves
    Then it is refused with 401 unauthorized
