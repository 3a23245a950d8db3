Feature: Revision history of the configuration

  Background:
    Given Root is an administrator

  Scenario: Changes of files
    Given the operator has set rateLimit.login.points to 33
    And the operator has set api.v2Enabled to true
    When Root requests the revision history
    Then the revision history is:
      | revision | trigger | who | changed                |
      | 3        | watch   |     | api.v2Enabled          |
      | 2        | watch   |     | rateLimit.login.points |
      | 1        | start   |     |                        |
    When Root requests revision 2
    Then the revision changes rateLimit.login.points from 60 to 33
    And the audit log has 3 "config.applied" events

  Scenario: A password in a URL is masked
    When the operator sets database.url to postgres://me:hunter2@192.0.2.1/rollcall
    And Root requests revision 2
    Then the revision changes database.url from null to "********"
    And the responses and the log do not contain "hunter2"

  Scenario: Paging through all revisions
    Given the operator has set rateLimit.login.points to 31
    And the operator has set rateLimit.login.points to 32
    And the operator has set rateLimit.login.points to 33
    When Root pages through the revision history, 2 at a time
    Then the listed revisions are "4, 3, 2, 1"

  Scenario Outline: Revision <revision> does not exist
    When Root requests revision <revision>
    Then the request is rejected with 404 not_found

    Examples:
      | revision             |
      | 7                    |
      | 0                    |
      | latest               |
      | 99999999999999999999 |

  Scenario Outline: Invalid query <query>
    When Root requests the revision history with "<query>"
    Then the request is rejected with 422 validation_failed

    Examples:
      | query         |
      | limit=0       |
      | cursor=abc    |
      | sort=revision |
