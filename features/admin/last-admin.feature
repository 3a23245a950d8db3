Feature: The last administrator cannot be removed

  Background:
    Given Root is an administrator

  Scenario Outline: It is not possible to <action> the last administrator
    When Root tries to <action> Root
    Then the request is rejected with 409 last_admin
    When Root views Root
    Then the response has status "active"

    Examples:
      | action                     |
      | delete                     |
      | erase                      |
      | block                      |
      | remove the admin role from |

  Scenario: One of two administrators can be removed
    Given Grace is an administrator
    When Grace removes the admin role from Root
    Then the response has roles ["user"]
    When Grace tries to delete Grace
    Then the request is rejected with 409 last_admin

  Scenario: A blocked administrator does not count
    Given Grace is an administrator
    And Grace's account is blocked
    When Root tries to delete Root
    Then the request is rejected with 409 last_admin

  @race
  Scenario Outline: Two administrators <action> each other at the same time
    Given Grace is an administrator
    When Root and Grace <action> each other at the same time
    Then exactly 1 administrator is active

    Examples:
      | action                     |
      | delete                     |
      | block                      |
      | remove the admin role from |
