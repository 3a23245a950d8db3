Feature: Downloading the own data

  Everything that is held about a person, as one document, for that person alone.

  Scenario: Everything
    Given Ada is logged in
    And Ada's session is saved
    And Ada is logged in
    And Ada ends all her other sessions
    And Ada asks for a greeting
    When Ada downloads the own data
    Then it is a download
    And the response header Cache-Control is "no-store"
    And it holds the profile of Ada, 2 sessions, 1 of them ended, and 1 greeting
    And it holds the audit events "user.registered, user.login, user.login, session.ended, user.exported"
    And the response contains no password or hash

  Scenario: What others did is told, but not who they are
    Given Root is an administrator
    And Ada is logged in
    And Root tries to change the profile of Ada
    When Ada downloads the own data
    Then it holds the audit events "user.registered, user.login, user.updated, user.exported"
    And it does not tell who Root is

  Scenario: Nobody's data
    When somebody downloads the own data
    Then the request is rejected with 401 unauthorized
