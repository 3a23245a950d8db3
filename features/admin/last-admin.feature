Feature: The last administrator stays

  Background:
    Given Root is an administrator

  Scenario Outline: Nobody can <act> the last one
    When Root tries to <act> Root
    Then the request is rejected with 409 last_admin
    When Root tries to look at Root
    Then the account is shown as active

    Examples:
      | act                  |
      | delete               |
      | erase                |
      | block                |
      | take all rights from |

  Scenario: One of two may go
    Given Grace is an administrator
    When Grace tries to take all rights from Root
    Then the account holds the roles "user"
    When Grace tries to delete Grace
    Then the request is rejected with 409 last_admin

  Scenario: A blocked administrator does not count
    Given Grace is an administrator
    And Grace's account is blocked
    When Root tries to delete Root
    Then the request is rejected with 409 last_admin

  Scenario Outline: Two who <act> each other at once
    Given Grace is an administrator
    When Root and Grace each try to <act> the other at once
    Then one of the two stays administrator

    Examples:
      | act                  |
      | delete               |
      | block                |
      | take all rights from |
