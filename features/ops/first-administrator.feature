Feature: The first administrator

  Nobody has an account by default. The environment names the first administrator of a database that has none.

  Scenario: A database without an administrator gets one
    Given the service starts with Root as its first administrator
    Then the audit log has 1 "admin.bootstrapped" event for Root
    When Root logs in
    And Root reads the audit trail with "action=admin.bootstrapped"
    Then the trail tells, the newest first, "admin.bootstrapped"

  Scenario: A database that has one gets no other
    Given the service starts with Root as its first administrator
    When the service starts with Grace as its first administrator
    And Grace logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: A name that somebody has taken does not become an administrator
    Given Ada has an account
    When the service starts with Ada as its first administrator
    And Ada logs in
    And Ada reads the audit trail with "subject=<Ada>"
    Then the request is rejected with 403 forbidden

  Scenario: Services that start together create one administrator between them
    When the service starts with Root and with Grace as its first administrator at the same time
    Then 1 of them is an administrator
