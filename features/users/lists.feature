Feature: Pagination

  Scenario: A cursor is only valid for the list that returned it
    Given Ada is logged in
    When Ada requests a greeting for "Grace" 2 times
    And Ada lists her greetings with "limit=1"
    And Ada lists her sessions with the cursor of this page
    Then the request is rejected with 422 validation_failed for:
      | path | code | message |
      | /cursor | invalid_cursor | must be the next_cursor of a previous page of this list |

  Scenario: A cursor of an older release is rejected
    Given Ada is logged in
    When Ada lists her greetings with "cursor=MjAyNi0wMS0wMVQwMDowMDowMC4wMDBafDAxOTAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMQ"
    Then the request is rejected with 422 validation_failed

  Scenario: The default page size is 20
    Given Ada is logged in
    When Ada requests a greeting for "Grace" 21 times
    And Ada lists her greetings
    Then the page has 20 entries and a next page

  Scenario: The last page
    Given Ada is logged in
    When Ada requests a greeting for "Grace" 3 times
    And Ada lists her greetings with "limit=3"
    Then the page has 3 entries and no next page

  Scenario: Pages of one entry
    Given Ada is logged in
    When Ada logs in 4 times
    And Ada pages through her sessions, 1 at a time
    Then each of the 5 entries is listed once, newest first

  Scenario: The maximum page size is 100
    Given Ada is logged in
    When Ada lists her sessions with "limit=100"
    Then the page has 1 entry and no next page

  Scenario Outline: The query <query> is rejected
    Given Ada is logged in
    When Ada lists her sessions with "<query>"
    Then the request is rejected with 422 validation_failed
    And the response contains no internal details

    Examples:
      | query                                            |
      | limit=0                                          |
      | limit=-1                                         |
      | limit=101                                        |
      | limit=1.5                                        |
      | limit=1e1                                        |
      | limit=ten                                        |
      | limit=                                           |
      | limit=99999999999999999999                       |
      | limit=1&limit=2                                  |
      | cursor=abc                                       |
      | cursor=                                          |
      | cursor=%00                                       |
      | cursor=MjAyNi0xMy00NVQ5OTo5OTo5OS45OTlafHg       |
      | cursor[]=a                                       |
      | offset=10                                        |
      | __proto__=1                                      |
      | sort=password_hash                               |
