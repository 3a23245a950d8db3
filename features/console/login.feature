@browser
Feature: Logging in to the console

  Scenario: An administrator logs in, reloads the page and logs out
    Given Root is an administrator
    When Root logs in on the page of the console
    Then the screen "Overview" is shown to Root
    And no token is stored in Root's browser
    When Root opens the screen "API and sessions"
    Then Root sees "Chrome on Linux"
    When Root opens the screen "Overview"
    And Root reloads the page
    Then the screen "Overview" is shown to Root
    When Root logs out on the page
    Then the login form is shown to Root
    When Root reloads the page
    Then the login form is shown to Root

  Scenario: A wrong password
    Given Ada has an account
    When Ada logs in on the page of the console with a wrong password
    Then Ada sees the error "Invalid credentials" with the code "invalid_credentials" and a button to copy the request ID

  Scenario: A user without permissions
    Given Ada has an account
    When Ada logs in on the page of the console
    Then Ada sees "This account has no permission to use the operator console"

  Scenario: A support agent sees only permitted screens
    Given Grace is a support agent
    And Grace has the console open
    Then Grace's menu has the screens "Overview, Users, Audit log, API and sessions"
    And Grace sees "active sessions"
    And Grace does not see "Three things to do next"
    When Grace opens the address "/keys"
    Then the screen "No permission" is shown to Grace
    When Grace opens the address "/nothing"
    Then the screen "Page not found" is shown to Grace

  Scenario: A new installation
    Given Root is an administrator
    And Root has the console open
    Then Root sees "Three things to do next"

  Scenario: An expired session keeps what was typed
    Given Root is an administrator
    And Root has the console open
    When Root opens the screen "Users"
    And Root clicks "Create user"
    And Root enters "margaret" as "Username"
    And all sessions of Root end
    And Root clicks "Create"
    Then Root is asked to log in again
    When Root logs in again in the dialog
    Then Root sees "Nothing was changed. Try again."
    When Root clicks "Create"
    Then Root sees "Give this link to margaret"

  Scenario: The service restarts while the console is open
    Given Root is an administrator
    And Root has the console open
    When the service is restarted
    And Root opens the screen "Signing keys"
    Then Root sees "active"

  Scenario: On a slow network
    Given Root is an administrator
    And Ada has an account
    And each request of Root's browser takes 300 milliseconds longer
    When Root logs in on the page of the console
    And Root opens the screen "Users"
    And Root searches for "ada" and opens the user
    Then Root sees "Last login"

  Scenario: Two tabs share a session
    Given Root is an administrator
    And Root has the console open
    When Root opens a second tab
    Then the screen "Overview" is shown in the second tab
    When Root logs out on the page
    Then the login form is shown in the second tab

  Scenario: Two tabs refresh a session once
    Given Root is an administrator
    And the clock of Root's browser is 0 hours ahead
    And each message between the tabs of Root's browser takes 200 milliseconds longer
    And Root has the console open
    When Root opens a second tab
    Then the screen "Overview" is shown in the second tab
    And the metric 'http_request_duration_seconds_count{method="POST",route="/console/session/refresh",status="200"}' is soon 2
    When 16 minutes pass in Root's browser
    Then the metric 'http_request_duration_seconds_count{method="POST",route="/console/session/refresh",status="200"}' is soon 3
    When Root opens the screen "Users"
    And 16 minutes pass in Root's browser
    Then the metric 'http_request_duration_seconds_count{method="POST",route="/console/session/refresh",status="200"}' is soon 4
    When Root opens the screen "Audit log"
    And 16 minutes pass in Root's browser
    Then the metric 'http_request_duration_seconds_count{method="POST",route="/console/session/refresh",status="200"}' is soon 5

  Scenario: An idle session ends in the browser
    Given Root is an administrator
    And the clock of Root's browser is 0 hours ahead
    And Root has the console open
    When 31 minutes pass in Root's browser
    Then Root is asked to log in again

  Scenario: Behind a proxy with a path prefix
    Given the operator has set server.basePath to "/auth"
    And Root is an administrator
    When Root logs in on the page of the console below "/auth"
    And Root opens the screen "Users"
    Then the address of Root's page ends in "/auth/console/users"
    When Root reloads the page
    Then the screen "Users" is shown to Root
