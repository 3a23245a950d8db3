Feature: The doors of operators under maintenance

  Operators can log in and refresh while the service is under maintenance; nobody else can, and nothing is spent or counted.

  Scenario: An operator logs in, works and refreshes
    Given Grace works for the support
    And the operator has set maintenance.enabled to true
    When Grace logs in
    Then Grace is logged in now
    When Grace refreshes
    Then it succeeds
    When Grace looks at the own account
    Then it succeeds

  Scenario: Others do not come in, and nothing is left of it
    Given Ada has an account
    And the operator has set maintenance.enabled to true
    When Ada logs in
    Then it is refused with 503 maintenance
    And it may be tried again in 30 seconds
    And the audit trail tells 1 time of "user.login_failed" for Ada
    And the audit trail tells 0 times of "user.login" for Ada
    When the operator sets maintenance.enabled to false
    And Ada logs in
    And Ada lists the own sessions
    Then there is 1 session, one of them the current one

  Scenario: A wrong password is refused as ever
    Given Ada has an account
    And the operator has set maintenance.enabled to true
    When Nobody tries to log in with "a wrong password", and with a wrong password for Ada
    Then both are refused in the same words
    And both cost the same number of password hashes

  Scenario: A right password is no failure, however often
    Given Ada has an account
    And the operator has set maintenance.enabled to true
    And Ada tries 6 times to log in
    When the operator sets maintenance.enabled to false
    Then Ada can log in

  Scenario: A refresh token is not spent
    Given Ada is logged in
    And Ada's refresh token is remembered
    And the operator has set maintenance.enabled to true
    When Ada refreshes
    Then it is refused with 503 maintenance
    When the operator sets maintenance.enabled to false
    And 1 minute passes
    And the remembered refresh token is used
    Then it succeeds

  Scenario: A token that is used again ends its session as ever
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    And 1 minute passes
    And the operator has set maintenance.enabled to true
    When the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token
    And the audit trail tells 1 time of "session.refresh_reused" for Ada
