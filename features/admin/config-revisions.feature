Feature: An operator sees who changed the configuration when

  Background:
    Given Root is an administrator

  Scenario: Changes by file
    Given the operator has set rateLimit.login.points to 33
    And the operator has set api.v2Enabled to true
    When Root lists the revisions
    Then the revisions are, the newest first:
      | revision | trigger | who | changed                |
      | 3        | watch   |     | api.v2Enabled          |
      | 2        | watch   |     | rateLimit.login.points |
      | 1        | start   |     |                        |
    When Root looks at revision 2
    Then it changed rateLimit.login.points from 60 to 33
    And the audit trail tells 3 times of "config.applied"

  Scenario: A secret
    When the operator sets database.url to postgres://me:hunter2@192.0.2.1/rollcall
    And Root looks at revision 2
    Then it changed database.url from null to "********"
    And nothing that was answered or logged holds "hunter2"

  Scenario: A walk through all of them
    Given the operator has set rateLimit.login.points to 31
    And the operator has set rateLimit.login.points to 32
    And the operator has set rateLimit.login.points to 33
    When Root walks through the revisions, 2 at a time
    Then the revisions come as "4, 3, 2, 1"

  Scenario Outline: Not revision <revision>
    When Root looks at revision <revision>
    Then the request is rejected with 404 not_found

    Examples:
      | revision             |
      | 7                    |
      | 0                    |
      | latest               |
      | 99999999999999999999 |

  Scenario Outline: Not with <query>
    When Root lists the revisions with "<query>"
    Then the request is rejected with 422 validation_failed

    Examples:
      | query         |
      | limit=0       |
      | cursor=abc    |
      | sort=revision |
