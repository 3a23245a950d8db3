Feature: Logging in

  Scenario: A person logs in
    Given Ada has an account
    When Ada logs in
    Then Ada is logged in now
    And the answer must not be stored

  Scenario: The account shows the last login
    Given Ada has an account
    When Ada logs in
    Then the account shows when Ada logged in

  Scenario Outline: The name in any case
    Given Ada has an account
    When Ada logs in as "<name>"
    Then Ada is logged in now

    Examples:
      | name |
      | ada  |
      | ADA  |
      | aDA  |

  Scenario: A verified address serves as a name
    Given Ada has verified the e-mail address "Ada@Example.org"
    When Ada logs in as "ada@example.ORG"
    Then Ada is logged in now

  Scenario: An address that was only claimed does not
    Given Ada claims the e-mail address "ada@example.org" without having verified it
    When Ada logs in as "ada@example.org"
    Then it is refused with 401 invalid_credentials

  Scenario: A block that is over
    Given Ada is blocked for 1 hour
    When Ada logs in
    Then it is refused with 401 invalid_credentials
    When 1 hour passes
    Then Ada can log in

  Scenario: Two logins are two sessions
    Given Ada is logged in
    And Ada is logged in
    When Ada lists the own sessions
    Then there are 2 sessions, one of them the current one

  Scenario: Logins are audited
    Given Ada is logged in
    When a stranger tries a wrong password for Ada
    Then it is refused with 401 invalid_credentials
    And the audit trail tells 1 time of "user.login" for Ada
    And the audit trail tells 1 time of "user.login_failed" for Ada
    And the audit trail holds no password

  @remote
  Scenario: A refused login asks for better credentials, not for a token
    When a stranger tries a wrong password for Nobody
    Then it is refused with 401 invalid_credentials
    And it asks for a bearer token

  Scenario Outline: <value> as <field>
    When somebody logs in with <value> as <field>
    Then it is refused with <status> <code>

    Examples:
      | field    | value                             | status | code                |
      | username | nothing at all                    | 422    | validation_failed   |
      | username | an object                         | 422    | validation_failed   |
      | username | a list                            | 422    | validation_failed   |
      | username | an empty text                     | 422    | validation_failed   |
      | username | a text with NUL                   | 422    | validation_failed   |
      | username | a text with half a surrogate pair | 422    | validation_failed   |
      | username | 255 letters                       | 422    | validation_failed   |
      | username | a text with markup                | 401    | invalid_credentials |
      | password | a number                          | 422    | validation_failed   |
      | password | an object                         | 422    | validation_failed   |
      | password | an empty text                     | 401    | invalid_credentials |
      | password | a text with NUL                   | 401    | invalid_credentials |
      | password | 90,000 letters                    | 401    | invalid_credentials |
