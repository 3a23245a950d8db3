Feature: Sessions of the current user

  Scenario: Listing the sessions of the current user
    Given Ada is logged in from 192.0.2.1
    And Ada is logged in with user agent "Difference Engine/2"
    When Ada lists her sessions
    Then 2 sessions are listed, one of them the current one
    And Ada's current session is valid for 30 days

  Scenario: A session shows its IP address and user agent
    Given Ada is logged in with user agent "Difference Engine/2"
    When Ada lists her sessions
    Then the newest session is from 127.0.0.1 with user agent "Difference Engine/2"

  Scenario: Sessions of other users are not listed
    Given Grace is logged in
    And Ada is logged in
    When Ada lists her sessions
    Then 1 session is listed, one of them the current one

  Scenario: An expired session is not listed
    Given Ada is logged in
    And Ada's session is saved
    When 31 days pass
    And Ada logs in
    And Ada lists her sessions
    Then 1 session is listed, one of them the current one
    And the saved session is not listed

  Scenario: Ending another session
    Given Ada is logged in
    And Ada's session is saved
    And Ada is logged in
    When Ada ends the saved session
    Then the response is 204 No Content
    When a client with the saved access token requests the current user
    Then the request is rejected with 401 invalid_token
    And the audit log has 1 "session.ended" event for Ada

  Scenario: An ended session cannot be refreshed
    Given Ada is logged in
    And Ada's session is saved
    And Ada is logged in
    When Ada ends the saved session
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Ending the current session
    Given Ada is logged in
    When Ada ends the current session
    Then the response is 204 No Content
    When Ada lists her sessions
    Then the request is rejected with 401 invalid_token

  Scenario: Ending all other sessions
    Given Ada is logged in
    And Ada's session is saved
    When Ada logs in 3 times
    And Ada ends all her other sessions
    Then the response is 204 No Content
    When Ada lists her sessions
    Then 1 session is listed, one of them the current one
    And the saved session is not listed

  Scenario: Ending all other sessions does not affect other users
    Given Grace is logged in
    And Ada is logged in
    When Ada ends all her other sessions
    And Grace requests the current user
    Then the response shows Grace's account

  Scenario: The session of another user is not found
    Given Grace is logged in
    And Grace's session is saved
    And Ada is logged in
    When Ada ends the saved session
    Then the request is rejected with 404 not_found
    When a client with the saved access token requests the current user
    Then the response shows Grace's account

  Scenario: An ended session is not found
    Given Ada is logged in
    And Ada's session is saved
    And Ada is logged in
    When Ada ends the saved session
    And Ada ends the saved session
    Then the request is rejected with 404 not_found

  Scenario Outline: The session "<id>" is not found
    Given Ada is logged in
    When Ada ends the session "<id>"
    Then the request is rejected with 404 not_found

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
