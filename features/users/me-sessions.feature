Feature: Where a person is logged in

  Scenario: The own sessions
    Given Ada is logged in from 192.0.2.1
    And Ada is logged in with the browser "Difference Engine/2"
    When Ada lists the own sessions
    Then there are 2 sessions, one of them the current one
    And the current session is Ada's and good for 30 days

  Scenario: A session tells where it was opened
    Given Ada is logged in with the browser "Difference Engine/2"
    When Ada lists the own sessions
    Then the newest session is from 127.0.0.1 with the browser "Difference Engine/2"

  Scenario: The sessions of others are not among them
    Given Grace is logged in
    And Ada is logged in
    When Ada lists the own sessions
    Then there is 1 session, one of them the current one

  Scenario: A session that was left alone has gone
    Given Ada is logged in
    And Ada's session is remembered
    When 31 days pass
    And Ada is logged in
    And Ada lists the own sessions
    Then there is 1 session, one of them the current one
    And the remembered session is not among them

  Scenario: Ending a session from another one
    Given Ada is logged in
    And Ada's session is remembered
    And Ada is logged in
    When Ada ends the remembered session
    Then it is done, without a word
    When the remembered access token is used
    Then it is refused with 401 invalid_token
    And the audit trail tells 1 time of "session.ended" for Ada

  Scenario: An ended session is not refreshed
    Given Ada is logged in
    And Ada's session is remembered
    And Ada is logged in
    When Ada ends the remembered session
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token

  Scenario: Ending the session in use
    Given Ada is logged in
    When Ada ends the own session
    Then it is done, without a word
    When Ada lists the own sessions
    Then it is refused with 401 invalid_token

  Scenario: Ending all others
    Given Ada is logged in
    And Ada's session is remembered
    And Ada has logged in 3 times
    When Ada ends all other sessions
    Then it is done, without a word
    When Ada lists the own sessions
    Then there is 1 session, one of them the current one
    And the remembered session is not among them

  Scenario: Ending all others leaves the sessions of others alone
    Given Grace is logged in
    And Ada is logged in
    When Ada ends all other sessions
    And Grace uses her access token
    Then it is Grace's account

  Scenario: The session of somebody else is not there
    Given Grace is logged in
    And Grace's session is remembered
    And Ada is logged in
    When Ada ends the remembered session
    Then it is refused with 404 not_found
    When the remembered access token is used
    Then it is Grace's account

  Scenario: A session that has ended is not there
    Given Ada is logged in
    And Ada's session is remembered
    And Ada is logged in
    And Ada ends the remembered session
    When Ada ends the remembered session
    Then it is refused with 404 not_found

  Scenario Outline: The session "<id>" is not there
    Given Ada is logged in
    When Ada ends the session "<id>"
    Then it is refused with 404 not_found

    Examples:
      | id                                     |
      | 00000000-0000-0000-0000-000000000000   |
      | 01900000-0000-7000-8000-000000000001   |
      | 1                                      |
      | abc                                    |
      | %00                                    |
      | ..%2F..%2Fadmin                        |
      | 1%27%20OR%20%271%27=%271               |
      | {01900000-0000-7000-8000-000000000001} |
