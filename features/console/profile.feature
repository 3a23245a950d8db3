@browser
Feature: Editing a profile in the console

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: Changing the profile of a user
    Given Root has the console open
    When Root opens the screen "Users"
    And Root searches for "ada" and opens the user
    And Root clicks "Edit profile"
    Then the button "Save" is disabled
    When Root enters "ada@example.org" as "Email address"
    And Root enters "writes programs" as "Description"
    And Root enters '{"plan": "pro"}' as "Metadata"
    And Root clicks "Save"
    Then Root sees the alert "Profile of ada saved"
    And Root sees "ada@example.org (not verified)"
    And Root sees "writes programs"
    And the audit log has 1 "user.updated" event for Ada by Root
    When Ada requests the current user
    Then the response has description "writes programs"
    When Root clicks "Edit profile"
    And Root enters "" as "Description"
    And Root clicks "Save"
    Then Root does not see "writes programs"

  Scenario: Changing your own email address requires the password
    Given Root has the console open
    When Root opens the address "/users/{id of Root}"
    And Root clicks "Edit profile"
    And Root enters "root@example.org" as "Email address"
    And Root clicks "Save"
    Then Root sees "is required because the account has a password"
    When Root enters "{password of Root}" as "Your password"
    And Root clicks "Save"
    Then Root sees the alert "Profile of root saved"

  Scenario: Errors are shown at their fields
    Given Root has the console open
    When Root opens the address "/users/{id of Ada}"
    And Root clicks "Edit profile"
    And Root enters "plan: pro" as "Metadata"
    Then Root sees "is not valid JSON"
    And Root sees "Metadata: is not valid JSON"
    And the button "Save" is disabled
    When Root enters '["pro"]' as "Metadata"
    And Root clicks "Save"
    Then the field shows the error "must be an object", screen readers announce it, and the field keeps the focus
    When Root enters '{"plan": {"a b": 12345678901234567890}}' as "Metadata"
    And Root clicks "Save"
    Then the field shows the error "plan/a b: must be a number that a double represents exactly", screen readers announce it, and the field keeps the focus
    When Root enters "{}" as "Metadata"
    And Root enters "ada" as "Email address"
    And Root clicks "Save"
    Then the field shows the error "must be an email address", screen readers announce it, and the field keeps the focus

  Scenario: The user changes while the form is open
    Given Root has the console open
    When Root opens the address "/users/{id of Ada}"
    And Root clicks "Edit profile"
    And Root enters "writes programs" as "Description"
    And Root sets the current_goal of Ada to "a compiler"
    And Root clicks "Save"
    Then Root sees "This account has changed since you opened the form"
    When Root clicks "Cancel"
    Then Root sees "a compiler"
    When Root clicks "Edit profile"
    And Root enters "writes programs" as "Description"
    And Root clicks "Save"
    Then Root sees the alert "Profile of ada saved"
    And Root sees "writes programs"
    And Root sees "a compiler"

  Scenario: Changing your own email address without a password some time after the login
    Given Root has the console open
    And Root has no password yet
    When 5 minutes pass
    And the operator sets auth.stepUp.maxAge to 4m
    And Root opens the address "/users/{id of Root}"
    And Root clicks "Edit profile"
    And Root enters "root@example.org" as "Email address"
    And Root clicks "Save"
    Then Root sees "Changing your own email address requires a recent login"

  Scenario: An expired session keeps what was typed
    Given Root has the console open
    When Root opens the address "/users/{id of Ada}"
    And Root clicks "Edit profile"
    And Root enters "writes programs" as "Description"
    And all sessions of Root end
    And Root clicks "Save"
    Then Root is asked to log in again
    When Root logs in again in the dialog
    And Root clicks "Save"
    Then Root sees the alert "Profile of ada saved"

  Scenario: Without the permission to change users
    Given Grace is logged in with the permissions "users:read"
    And Grace has the console open
    When Grace opens the address "/users/{id of Ada}"
    Then Grace sees "Sessions"
    And Grace does not see "Edit profile"
