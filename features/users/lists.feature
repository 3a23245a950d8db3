Feature: Lists come in pages

  Scenario: A cursor belongs to the list that has returned it
    Given Ada is logged in
    And Ada has been greeted 2 times
    And Ada asks for the own greetings with "limit=1"
    When Ada asks for the own sessions with the cursor of that page
    Then it is refused with 422 validation_failed
    And the refusal lists "/cursor invalid_cursor invalid cursor"

  Scenario: A cursor of an older release is refused
    Given Ada is logged in
    When Ada asks for the own greetings with "cursor=MjAyNi0wMS0wMVQwMDowMDowMC4wMDBafDAxOTAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMQ"
    Then it is refused with 422 validation_failed

  Scenario: Twenty rows when nothing is asked for
    Given Ada is logged in
    And Ada has been greeted 21 times
    When Ada asks for the own greetings with ""
    Then there are 20 rows on the page, and more

  Scenario: The last page
    Given Ada is logged in
    And Ada has been greeted 3 times
    When Ada asks for the own greetings with "limit=3"
    Then there are 3 rows on the page, and none

  Scenario: One row at a time
    Given Ada is logged in
    And Ada has logged in 4 times
    When Ada walks through the own sessions, 1 at a time
    Then each of the 5 rows has come exactly once, the newest first

  Scenario: A hundred rows at most
    Given Ada is logged in
    When Ada asks for the own sessions with "limit=100"
    Then there is 1 row on the page, and none

  Scenario Outline: A page by <query>
    Given Ada is logged in
    When Ada asks for the own sessions with "<query>"
    Then it is refused with 422 validation_failed
    And it tells nothing of the inside

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
