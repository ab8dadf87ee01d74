@rem The scripts of package.json begin with "exec", so that signals sent to npm reach them. On Windows this is it.
@%*
