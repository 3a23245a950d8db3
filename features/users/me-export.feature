Feature: Data export

  All data about a user in one document, available only to that user.

  Scenario: The export contains all data of the user
    Given Ada is logged in
    And Ada's session is saved
    And Ada is logged in
    When Ada ends all her other sessions
    And Ada requests a greeting
    And Ada requests the data export
    Then the response is a JSON download
    And the response header Cache-Control is "no-store"
    And the export contains:
      | username       | ada |
      | sessions       | 2 |
      | ended sessions | 1 |
      | greetings      | 1 |
      | audit events   | session.ended, user.exported, user.login, user.login, user.registered |
    And the response does not contain a password or a hash

  Scenario: The export does not identify administrators
    Given Root is an administrator
    And Ada is logged in
    When Root changes the profile of Ada
    And Ada requests the data export
    Then the export contains:
      | audit events | user.exported, user.login, user.registered, user.updated |
    And the response does not contain Root's name or ID

  Scenario: An anonymous client cannot export data
    When an anonymous client requests the data export
    Then the request is rejected with 401 unauthorized
